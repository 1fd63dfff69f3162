import { describe, expect, it } from 'vitest'
import { parseRevocationReason, REVOCATION_REASON_NAMES } from '@easycerts/shared/revocation'
import { codeOf } from '../../../support/to-throw-code.ts'

describe('parseRevocationReason', () => {
  it.each(REVOCATION_REASON_NAMES)('takes %s, by its name in RFC 5280', (name) => {
    expect(parseRevocationReason(name)).toBe(name)
  })

  it.each(['', 'keycompromise', 'KeyCompromise', 'removeFromCRL', '1', 'toString'])(
    'refuses "%s"',
    (text) => {
      expect(codeOf(() => parseRevocationReason(text))).toBe('ERR_USAGE')
    },
  )

  it('says of certificateHold what to do instead: a revocation is final', () => {
    expect(() => parseRevocationReason('certificateHold')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('quarantine') as string }),
    )
  })
})
