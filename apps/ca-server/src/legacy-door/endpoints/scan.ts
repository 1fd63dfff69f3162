import { type GoValue, readGoDuration, sortedKeys } from '@easycerts/cfssl/go-json'
import { badRequest } from '@easycerts/cfssl/protocol'
import { type NamePattern, readNamePattern } from '@easycerts/cfssl/signing-config'
import { reasonOf } from '@easycerts/shared/errors'
import { minutes, seconds } from '@easycerts/shared/time'
import type { Endpoint } from '../endpoint.ts'
import { outboundTurn, reachableHost, type ReachableHost } from '../outbound/index.ts'
import { SCAN_FAMILIES, type Scanner } from '../outbound/scanners.ts'

const SHORTEST = seconds(1)
const LONGEST = minutes(5)
const DEFAULT_TIMEOUT = minutes(1)

/** Looks at a TLS server with the scans of `scaninfo`. */
export const scanEndpoint: Endpoint = {
  name: 'scan',
  method: 'GET',
  opensWith: 'outbound-connections',
  answer: (desk, { query }) => {
    const at = (name: string): string => query.get(name) ?? ''
    if (at('host') === '') throw badRequest('no host given')
    const timeout = at('timeout') === '' ? DEFAULT_TIMEOUT : readGoDuration(at('timeout'))
    if (typeof timeout === 'string' || timeout < SHORTEST || timeout > LONGEST)
      throw badRequest('invalid timeout given')
    const [family, scanner] = [patternOf(at('family')), patternOf(at('scanner'))]
    return outboundTurn(async () => {
      const host = await reachableHost(desk, at('host'), at('ip'))
      const until = performance.now() + timeout
      const now = desk.authority.clock()
      const result: Record<string, GoValue> = {}
      for (const [name, { scanners }] of Object.entries(SCAN_FAMILIES)) {
        const wanted = Object.entries(scanners).filter(([each]) => scanner.test(each))
        if (!family.test(name) || wanted.length === 0) continue
        const ofFamily: Record<string, GoValue> = {}
        for (const [each, { scan }] of wanted)
          if (performance.now() < until) ofFamily[each] = await resultOf(scan, host, now)
        result[name] = sortedKeys(ofFamily)
      }
      return { result: sortedKeys(result) }
    })
  },
}

const patternOf = (text: string): NamePattern => {
  const pattern = readNamePattern(text)
  if (typeof pattern === 'string') throw badRequest('error parsing regexp')
  return pattern
}

const resultOf = async (
  scan: Scanner['scan'],
  host: ReachableHost,
  now: Date,
): Promise<GoValue> => {
  try {
    const { grade, output } = await scan(host, now)
    return { grade, ...(output === undefined ? {} : { output }) }
  } catch (error) {
    return { grade: 'Bad', error: error instanceof Error ? error.message : reasonOf(error) }
  }
}
