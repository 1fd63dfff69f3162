import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeSubject } from '@easycerts/shared/x509'
import { handMadeRequest } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

/** Common names that somebody takes for `system:node:worker-2`, and [a group that looks like its own]. */
const LOOK_ALIKES: readonly (readonly [string, string, string?])[] = [
  ['a Cyrillic letter', 'system:node:w\u043erker-2'],
  ['a full-width colon', 'system\uff1anode\uff1aworker-2'],
  ['a non-breaking hyphen', 'system:node:worker\u20112'],
  ['a zero-width space', 'system:node:\u200bworker-2'],
  ['a zero-width joiner at the end', 'system:node:worker-2\u200d'],
  ['a byte order mark in front', '\ufeffsystem:node:worker-2'],
  ['a byte order mark at the end', 'system:node:worker-2\ufeff'],
  ['a right-to-left override', '\u202e2-rekrow:edon:metsys'],
  ['a blank in front', ' system:node:worker-2'],
  ['a blank at the end', 'system:node:worker-2 '],
  ['two blanks for a colon', 'system  node  worker-2'],
  ['a tabulator', 'system:node:worker-2\t'],
  ['upper case', 'SYSTEM:NODE:WORKER-2'],
  ['one letter in upper case', 'system:node:Worker-2'],
  ['a Turkish dotless i', 'system:node:worker-2', 'system:nodes\u0131'],
  ['a trailing dot', 'system:node:worker-2.'],
  ['its domain', 'system:node:worker-2.lab.example'],
  ['the prefix twice', 'system:node:system:node:worker-2'],
  ['no prefix', 'worker-2'],
  ['a prefix of its own', 'system:node-:worker-2'],
  ['a combining accent', 'system:node:worker-2\u0301'],
  ['a compatibility digit', 'system:node:worker-\u00b2'],
  ['a soft hyphen', 'system:node:work\u00ader-2'],
  ['a group with a blank', 'system:node:worker-2', 'system:nodes '],
  ['a group in another case', 'system:node:worker-2', 'System:Nodes'],
  ['a group of masters with a Cyrillic letter', 'system:node:worker-2', 'system:m\u0430sters'],
]

describe('an attacker with a name that looks like one that is granted', () => {
  it.each(LOOK_ALIKES)(
    'is refused: %s',
    async (_title, commonName = '', group = 'system:nodes') => {
      const subject = encodeSubject({ commonName, organizations: [group] })
      await expect(attack.codesOfDer(handMadeRequest(attack.key, { subject }))).resolves.toEqual(
        everywhere('ERR_SUBJECT_NOT_PERMITTED'),
      )
    },
  )

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
