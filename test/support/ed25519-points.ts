const P = 2n ** 255n - 19n
const modulo = (number: bigint): bigint => ((number % P) + P) % P

const power = (base: bigint, exponent: bigint): bigint => {
  let [result, square] = [1n, modulo(base)]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}
const inverse = (number: bigint): bigint => power(number, P - 2n)
const D = modulo(-121665n * inverse(121666n))

/** x of a point with this y, by RFC 8032 §5.1.3; undefined if there is none. */
const xOf = (y: bigint): bigint | undefined => {
  const square = modulo((y * y - 1n) * inverse(D * y * y + 1n))
  const candidate = power(square, (P + 3n) / 8n)
  const roots = [candidate, modulo(candidate * power(2n, (P - 1n) / 4n))]
  return roots.find((root) => modulo(root * root) === square)
}

type Point = readonly [bigint, bigint]

/** RFC 8032 §5.1.4, in affine coordinates. */
const add = ([x1, y1]: Point, [x2, y2]: Point): Point => {
  const product = modulo(D * x1 * x2 * y1 * y2)
  return [
    modulo((x1 * y2 + x2 * y1) * inverse(1n + product)),
    modulo((y1 * y2 + x1 * x2) * inverse(1n - product)),
  ]
}

/** Whether eight times the point of this y is the neutral one; undefined if y is of no point. */
export const isOfSmallOrder = (y: bigint): boolean | undefined => {
  const x = xOf(modulo(y))
  if (x === undefined) return undefined
  let point: Point = [x, modulo(y)]
  for (let doubling = 0; doubling < 3; doubling++) point = add(point, point)
  return point[0] === 0n && point[1] === 1n
}

/** SubjectPublicKeyInfo (RFC 8410 §4) of a y, with the sign of x in the top bit. */
export const ed25519Spki = (y: bigint, sign: 0 | 1): Buffer => {
  const number = y + BigInt(sign) * 2n ** 255n
  const point = Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
  return Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point])
}
