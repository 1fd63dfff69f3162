import { describe, expect, it } from 'vitest'
import { compareAuthorities } from '../../../apps/certmgr/src/plan/index.ts'

const [A, B, C] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer]

describe('the list of CAs that a server names', () => {
  type Case = readonly [title: string, lists: readonly (readonly Buffer[])[], kind: string]

  it.each<Case>([
    ['is that of its bundle, in any order', [[B, A], [A, B], []], 'new'],
    ['has those of another bundle too', [[A, C], [A], [C]], 'new'],
    ['lacks a CA of its bundle', [[A], [A, B], []], 'stale'],
    ['lacks one that only another bundle holds', [[A], [A], [C]], 'new'],
    ['has one that no bundle holds any more', [[A, B], [A], [C]], 'stale'],
    ['is empty, as of a server that leaves the choice to the client', [[], [A], []], 'stale'],
  ])('%s', (_, [listed = [], bundle = [], others = []], kind) => {
    expect(compareAuthorities(listed, bundle, others).kind).toBe(kind)
  })
})
