/**
 * The default of a `switch` over a union whose members all have a case. A new member does not compile until it has one, if only
 * to say that it is ignored. At run time it ignores what it is given, such as a message of a newer version.
 *
 * @example
 * switch (event.type) {
 *   case 'noteOn':
 *     return begin(event);
 *   case 'noteOff':
 *     return end(event);
 *   default:
 *     exhausted(event);
 * }
 */
export function exhausted(_rest: never): void {}
