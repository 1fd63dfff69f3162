import { EasycertsError } from '../errors/index.ts'
import { TREE_HASH_OCTETS, type TreeHash } from '../merkle-log/index.ts'

/** A log at one moment. Two heads of one store and epoch are of one history. */
export interface TreeHead {
  readonly storeId: string
  /** Grows with each restore of a backup. */
  readonly epoch: number
  /** How many entries there are. */
  readonly size: number
  readonly root: TreeHash
  /** When it was signed; ISO 8601 in UTC with milliseconds. */
  readonly time: string
}

// Nothing else that we sign begins like this.
const CONTEXT = 'easycerts.log/v1'

/** First line of a head and name of the key that signs it. */
export const headOrigin = ({ storeId, epoch }: Pick<TreeHead, 'storeId' | 'epoch'>): string =>
  `${CONTEXT}/${storeId}/${epoch}`

/** The octets that are signed: the body of a checkpoint of C2SP tlog-checkpoint. */
export const formatTreeHead = (head: TreeHead): string =>
  `${headOrigin(head)}\n${head.size}\n${head.root.toString('base64')}\ntime ${head.time}\n`

const NUMBER = '0|[1-9][0-9]{0,15}'
const FORMAT = new RegExp(
  `^easycerts\\.log/v1/([0-9a-f]{32})/(${NUMBER})\\n(${NUMBER})\\n([A-Za-z0-9+/]{43}=)\\n` +
    'time (\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z)\\n$',
)

/** The inverse of `formatTreeHead`, for exactly that form: ERR_LOG_MALFORMED for any other. */
export const parseTreeHead = (text: string): TreeHead => {
  const [, storeId = '', epoch = '', size = '', root = '', time = ''] = FORMAT.exec(text) ?? []
  const head = {
    storeId,
    epoch: Number(epoch),
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    time,
  }
  // A second spelling of the same head: loose bits of the base64, a size beyond 2^53.
  if (head.root.length !== TREE_HASH_OCTETS || formatTreeHead(head) !== text) throw malformed()
  return head
}

export const malformed = () =>
  new EasycertsError('ERR_LOG_MALFORMED', 'this is no head of an issuance log')
