// The error function to double precision: the rational approximations of W. J. Cody, "Rational Chebyshev approximations
// for the error function" (1969), over three ranges.

const P1 = [3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694]
const P1_LAST = 0.18577770618460315
const Q1 = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
const P2 = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707,
  2051.0783778260716, 1230.3393547979972,
]
const P2_LAST = 2.1531153547440383e-8
const Q2 = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247,
  3439.3676741437216, 1230.3393548037495,
]
const P3 = [0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378]
const P3_LAST = 0.016315387137302097
const Q3 = [2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918]
const INVERSE_SQRT_PI = 0.5641895835477563

export function erf(x: number): number {
  const y = Math.abs(x)
  if (Number.isNaN(x)) return x
  if (y <= 0.46875) return x * small(y > 1.11e-16 ? y * y : 0)
  const tail = 1 - large(y)
  return x < 0 ? -tail : tail
}

export function erfc(x: number): number {
  const y = Math.abs(x)
  if (Number.isNaN(x)) return x
  if (y <= 0.46875) return 1 - x * small(y > 1.11e-16 ? y * y : 0)
  return x < 0 ? 2 - large(y) : large(y)
}

function small(square: number): number {
  let top = P1_LAST * square
  let bottom = square
  for (let i = 0; i < 3; i++) {
    top = (top + P1[i]!) * square
    bottom = (bottom + Q1[i]!) * square
  }
  return (top + P1[3]!) / (bottom + Q1[3]!)
}

/** erfc of a y above 0.46875. */
function large(y: number): number {
  if (y > 26.6) return 0
  let result: number
  if (y <= 4) {
    let top = P2_LAST * y
    let bottom = y
    for (let i = 0; i < 7; i++) {
      top = (top + P2[i]!) * y
      bottom = (bottom + Q2[i]!) * y
    }
    result = (top + P2[7]!) / (bottom + Q2[7]!)
  } else {
    const square = 1 / (y * y)
    let top = P3_LAST * square
    let bottom = square
    for (let i = 0; i < 4; i++) {
      top = (top + P3[i]!) * square
      bottom = (bottom + Q3[i]!) * square
    }
    result = (square * (top + P3[4]!)) / (bottom + Q3[4]!)
    result = (INVERSE_SQRT_PI - result) / y
  }
  const whole = Math.trunc(y * 16) / 16
  return Math.exp(-whole * whole) * Math.exp(-(y - whole) * (y + whole)) * result
}
