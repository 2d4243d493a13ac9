/** Operations with their own symbol in the grammar, by name and number of operands. */
export const BASE_OPERATIONS: ReadonlyMap<string, number> = new Map([
  ...[
    'abs acos acosh asin asinh atan atanh ceil cos cosh exp expm1 floor log log10 log2 log1p round sin sinc sinh sec',
    'csc sqrt tan tanh cot rad2deg deg2rad deg2grad grad2deg sgn not erf erfc ncdf frac trunc',
  ]
    .join(' ')
    .split(' ')
    .map((name): [string, number] => [name, 1]),
  ...'atan2 mod logn pow root roundn equal not_equal hypot shr shl'
    .split(' ')
    .map((name): [string, number] => [name, 2]),
  ['clamp', 3],
  ['iclamp', 3],
])

const RESERVED: ReadonlySet<string> = new Set(
  [
    'abs acos acosh and asin asinh assert atan atanh atan2 avg break case ceil clamp continue const cos cosh cot csc',
    'default deg2grad deg2rad equal erf erfc exp expm1 false floor for frac grad2deg hypot iclamp if else ilike in',
    'inrange like log log10 log2 logn log1p mand max min mod mor mul ncdf nand nor not not_equal null or pow rad2deg',
    'repeat return root round roundn sec sgn shl shr sin sinc sinh sqrt sum swap switch tan tanh true trunc until var',
    'while xnor xor & |',
  ]
    .join(' ')
    .split(' '),
)

/** Words that can name nothing else. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name.toLowerCase())
}
