import {
  type LogClaim,
  type LogReceipt,
  formatLogEntry,
  parseSignedHead,
  signTreeHead,
  textsOfHashes,
} from '@easycerts/shared/issuance-log'
import { generateSigningKey, type SigningKey } from '@easycerts/shared/key'
import {
  appendLeaf,
  assembleProof,
  EMPTY_RANGE,
  hashLeaf,
  planConsistency,
  planInclusion,
  type ProofPlan,
  rootOfRange,
} from '@easycerts/shared/merkle-log'

const AT = '2030-01-01T00:00:00.000Z'

/** A log in memory that proves what it holds, and that a test can roll back or fork. */
export interface TestLog {
  readonly key: SigningKey
  /** SPKI, base64url. */
  readonly publicKey: string
  storeId: string
  epoch: number
  readonly texts: string[]
  append(kind: string, body: Record<string, unknown>): void
  /** Forgets all entries but the first ones. */
  cut(size: number): void
  head(size?: number): string
  claim(shown?: string): LogClaim
  /** For the entry that is the newest about this certificate. */
  receipt(fingerprint: string, shown?: string): LogReceipt
  proof(plan: ProofPlan): string[]
}

export const createTestLog = async (): Promise<TestLog> => {
  const key = await generateSigningKey('ed25519')
  const texts: string[] = []
  const grown = (size: number) => {
    let range = EMPTY_RANGE
    const nodes = new Map<string, Buffer>()
    for (const text of texts.slice(0, size)) {
      const appended = appendLeaf(range, hashLeaf(Buffer.from(text)))
      range = appended.range
      for (const node of appended.completed) nodes.set(`${node.level}/${node.position}`, node.hash)
    }
    return { range, nodes }
  }
  const log: TestLog = {
    key,
    publicKey: key.publicKey.spki.toString('base64url'),
    storeId: '00'.repeat(16),
    epoch: 1,
    texts,
    append: (kind, body) => {
      const sequence = texts.length + 1
      texts.push(
        formatLogEntry({ sequence, at: AT, kind, actor: 'test', origin: null, body, changes: [] }),
      )
    },
    cut: (size) => {
      texts.length = size
    },
    head: (size = texts.length) => {
      const { storeId, epoch } = log
      const root = rootOfRange(grown(size).range)
      return signTreeHead({ storeId, epoch, size, root, time: AT }, key)
    },
    proof: (plan) => {
      const { nodes } = grown(texts.length)
      const hashes = plan.flat().map(({ level, position }) => nodes.get(`${level}/${position}`))
      return textsOfHashes(assembleProof(plan, hashes as Buffer[]))
    },
    claim: (shown) => {
      const known = shown === undefined ? undefined : parseSignedHead(shown).head
      const isWithin = known !== undefined && known.size <= texts.length
      const consistency = isWithin ? log.proof(planConsistency(known.size, texts.length)) : []
      const epochs = texts.flatMap((text, index) => {
        const { kind, body } = JSON.parse(text) as { kind: string; body: { epoch: number } }
        if (kind !== 'epoch-started' || (known && body.epoch <= known.epoch)) return []
        return [{ entry: text, inclusion: log.proof(planInclusion(index, texts.length)) }]
      })
      return { head: log.head(), consistency, epochs: known ? epochs : [] }
    },
    receipt: (fingerprint, shown) => {
      // Of a certificate that is not there, a liar proves another entry.
      const index = Math.max(
        0,
        texts.findLastIndex((text) => text.includes(fingerprint)),
      )
      const inclusion = log.proof(planInclusion(index, texts.length))
      return { ...log.claim(shown), entry: texts[index] ?? '', inclusion }
    },
  }
  log.append('initialised', {})
  return log
}
