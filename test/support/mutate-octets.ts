type Random = () => number

const ODD_OCTETS = [0x00, 0x01, 0x1e, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0, 0xff]

const placeIn = (octets: Buffer, random: Random): number => Math.floor(random() * octets.length)

/** Ways to damage octets, each at a place of its own choice. */
const DAMAGES: readonly ((octets: Buffer, random: Random) => Buffer)[] = [
  (octets, random) => {
    octets[placeIn(octets, random)]! ^= 1 << Math.floor(random() * 8)
    return octets
  },
  (octets, random) => {
    octets[placeIn(octets, random)] = ODD_OCTETS[Math.floor(random() * ODD_OCTETS.length)]!
    return octets
  },
  (octets, random) => octets.subarray(0, placeIn(octets, random)),
  (octets, random) => {
    const at = placeIn(octets, random)
    const length = 1 + Math.floor(random() * 40)
    return Buffer.concat([octets.subarray(0, at), octets.subarray(at + length)])
  },
  (octets, random) => {
    const [at, from] = [placeIn(octets, random), placeIn(octets, random)]
    const piece = octets.subarray(from, from + 1 + Math.floor(random() * 60))
    return Buffer.concat([octets.subarray(0, at), piece, octets.subarray(at)])
  },
]

/** A copy with one to four damages. */
export const mutateOctets = (octets: Buffer, random: Random): Buffer => {
  let damaged = Buffer.from(octets)
  const count = 1 + Math.floor(random() * 4)
  for (let index = 0; index < count && damaged.length > 0; index++)
    damaged = Buffer.from(DAMAGES[Math.floor(random() * DAMAGES.length)]!(damaged, random))
  return damaged
}
