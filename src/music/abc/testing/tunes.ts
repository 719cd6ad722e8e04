/** Traditional tunes, written down from memory for these tests. */
export const KESH = `X:1
T:The Kesh
R:jig
M:6/8
L:1/8
K:G
|:GAG GAB|ABA ABd|edd gdd|edB dBA|
GAG GAB|ABA ABd|edd gdB|AGF G3:|
|:BAB dBd|ege dBG|BAB dBG|ABA AGA|
BAB dBd|ege dBd|gfg aga|bgf g3:|
`;

export const COOLEYS = `X:2
T:Cooley's
R:reel
M:4/4
L:1/8
K:Edor
|:D2|EBBA B2EB|B2AB dBAG|FDAD BDAD|FDAD dAFD|
EBBA B2EB|B2AB defg|afe^c dBAF|1 DEFD E2:|2 DEFD E4||
|:eB (3BBB eBgf|eB (3BBB gedB|A2FA DAFA|A2FA defg|
eB (3BBB eBgf|eBBB defg|afe^c dBAF|DEFD E4:|
`;

export const HORNPIPE = `X:3
T:The Boys of Bluehill
R:hornpipe
M:4/4
L:1/8
K:D
FA|:B>AF>A D2F>A|B>A (3Bcd e2d>e|f>af>d e>fd>B|A>BA>F E2F>A|
B>AF>A D2F>A|(3BcB A>d f2e>d|c2-c>e [eg]2-[eg]>e|1 d2d2 d2F>A:|2 d2d2 d4|]
`;
