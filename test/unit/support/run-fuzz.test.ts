import { describe, expect, it } from 'vitest'
import { DerReader } from '@easycerts/shared/asn1'
import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { mutateDer } from '../../support/fuzz/mutate-der.ts'
import { mutateJson } from '../../support/fuzz/mutate-json.ts'
import { type FuzzTarget, tryInput } from '../../support/fuzz/run-fuzz.ts'
import { handMadeCertificate } from '../../support/hand-made-der.ts'
import { seededRandom } from '../../support/random.ts'

const INPUT = Buffer.from('7')

const faultOf = async (target: Partial<FuzzTarget>): Promise<string | undefined> => {
  const whole = { parser: 'x', mutate: mutateDer, parse: () => undefined, ...target }
  return (await tryInput(whole, INPUT)).fault
}

const spin = (milliseconds: number): void => {
  const { user } = process.cpuUsage()
  while (process.cpuUsage().user - user < milliseconds * 1000) continue
}

describe('the laws of the fuzzer', () => {
  it('hold for a parser that reads, and for one that refuses with a code', async () => {
    expect(await faultOf({})).toBeUndefined()
    const refuse = () => {
      throw new EasycertsError('ERR_DER_MALFORMED', 'no')
    }
    expect(await faultOf({ parse: refuse })).toBeUndefined()
  })

  it.each<readonly [string, Partial<FuzzTarget>, RegExp]>([
    ['throws what has no code', { parse: () => BigInt('x') }, /^SyntaxError/],
    ['takes long', { parse: () => spin(30), maxMicroseconds: 10_000 }, /ms of CPU$/],
    [
      'gives an object whose prototype came with the input',
      { parse: () => Object.assign({}, parseJson('{"__proto__":{"role":"master"}}')) },
      /prototype came from outside/,
    ],
    [
      'gives such an object deep inside',
      { parse: () => ({ a: [Object.create({ role: 'master' })] }) },
      /prototype came from outside/,
    ],
    [
      'reads another value back than it wrote',
      {
        parse: (input) => Number(input.toString()) + 1,
        format: (value) => Buffer.from(String(value)),
      },
      /is another value/,
    ],
    [
      'cannot read what it wrote',
      {
        parse: (input) => {
          if (input.length > 1) throw new EasycertsError('ERR_DER_MALFORMED', 'no')
        },
        format: () => Buffer.from('77'),
      },
      /is refused after it was written/,
    ],
    [
      'reads a second form of a value',
      { parse: () => 7, format: () => Buffer.from('07'), isCanonical: true },
      /not the one form/,
    ],
  ])('do not hold for one that %s', async (_title, target, fault) => {
    expect(await faultOf(target)).toMatch(fault)
  })

  it('do not hold for one that changes the prototype of everything', async () => {
    const prototype = Object.prototype as { polluted?: number }
    const parse = () => {
      prototype.polluted = 1
    }
    const fault = await faultOf({ parse })
    delete prototype.polluted
    expect(fault).toMatch(/changed the prototype/)
  })
})

describe('the mutations', () => {
  const random = seededRandom(7)

  it('of DER keep the lengths around a change true, mostly', () => {
    const certificate = handMadeCertificate()
    const isWhole = (der: Buffer): boolean => {
      try {
        const reader = new DerReader(der)
        reader.next()
        return reader.atEnd
      } catch {
        return false
      }
    }
    const mutants = Array.from({ length: 400 }, () => mutateDer(certificate, certificate, random))
    expect(mutants.filter((each) => !each.equals(certificate)).length).toBeGreaterThan(350)
    expect(mutants.filter(isWhole).length).toBeGreaterThan(150)
  })

  it('of JSON stay JSON mostly, with names that should be nobody’s', () => {
    const input = Buffer.from('{"a":{"b":[1,"x"]},"c":null}')
    const mutants = Array.from({ length: 400 }, () => mutateJson(input, input, random).toString())
    expect(mutants.filter((each) => parseJson(each) !== undefined).length).toBeGreaterThan(300)
    expect(mutants.filter((each) => each.includes('__proto__')).length).toBeGreaterThan(5)
  })
})
