import type { TuneObject } from 'abcjs';

/** The box of a bar on the paper, in pixels. */
export interface BarBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Margin above and below the staff, for ledger lines and fingers. */
const AROUND = 18;

/** An engraved element, which the types of abcjs do not describe. */
interface Engraved {
  readonly el_type: string;
  readonly abselem?: { readonly elemset?: readonly (SVGGraphicsElement | null)[] };
}

/** The boxes of all bars (music between two bar lines), in order: as many as the host counts bars and pickups. */
export function barBoxes(paper: HTMLElement, tune: TuneObject): BarBox[] {
  const staffs = [...paper.querySelectorAll<SVGGraphicsElement>('.abcjs-staff')];
  const boxes: BarBox[] = [];
  let line = 0;
  for (const { staff } of tune.lines) {
    const elements = staff?.[0]?.voices?.[0] as readonly Engraved[] | undefined;
    const place = elements && staffs[line++]?.getBBox();
    if (!elements || !place) continue;
    let [left, right] = [0, 0];
    let first: number | undefined;
    const end = (at: number) => {
      if (first !== undefined)
        boxes.push({ left, top: place.y - AROUND, width: at - left, height: place.height + 2 * AROUND });
      first = undefined;
    };
    for (const { el_type, abselem } of elements) {
      const box = abselem?.elemset?.[0]?.getBBox();
      if (!box) continue;
      if (el_type === 'bar') {
        end(box.x);
        left = box.x + box.width;
      } else if (el_type === 'note') {
        first ??= box.x;
        // Clef, key and meter belong to no bar.
        if (left === 0) left = box.x - 4;
        right = box.x + box.width + 4;
      }
    }
    end(right);
  }
  return boxes;
}
