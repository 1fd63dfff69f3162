import type { RsaKeyRule } from './weak-key-rule.ts'

const SIZES = [2048, 3072, 4096]

export const rsaModulusSize: RsaKeyRule = {
  name: 'rsa-modulus-size',
  requires: 'RSA modulus of 2048, 3072 or 4096 bits',
  source: 'CA/Browser Forum Baseline Requirements §6.1.5, Boulder, goodkey',
  findFault: ({ modulusBits }) =>
    SIZES.includes(modulusBits) ? undefined : `RSA modulus has ${modulusBits} bits`,
}
