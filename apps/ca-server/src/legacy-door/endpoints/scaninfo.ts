import { sortedKeys } from '@easycerts/cfssl/go-json'
import type { Endpoint } from '../endpoint.ts'
import { SCAN_FAMILIES } from '../outbound/scanners.ts'

/** The scans that `scan` makes: fewer than cfssl's, and all of them real. */
export const scaninfoEndpoint: Endpoint = {
  name: 'scaninfo',
  method: 'GET',
  opensWith: 'outbound-connections',
  answer: () =>
    Promise.resolve({
      result: sortedKeys(
        Object.fromEntries(
          Object.entries(SCAN_FAMILIES).map(([name, { description, scanners }]) => [
            name,
            {
              description,
              scanners: sortedKeys(
                Object.fromEntries(
                  Object.entries(scanners).map(([scanner, each]) => [
                    scanner,
                    { description: each.description },
                  ]),
                ),
              ),
            },
          ]),
        ),
      ),
    }),
}
