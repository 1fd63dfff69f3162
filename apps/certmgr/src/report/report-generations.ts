import type { Certificate } from '@easycerts/shared/x509'
import type { Generation, History } from '../state/index.ts'

/** A kept generation, as status shows it. */
export interface GenerationReport extends Omit<Generation, 'path'> {
  /** It lies on the disk now. */
  readonly isPublished: boolean
}

/** An earlier generation that stands in, and why. */
export interface PutBackReport {
  readonly generation: number
  readonly reason: string
  readonly at: Date
}

export interface HistoryReport {
  readonly generations: readonly GenerationReport[]
  readonly putBack?: PutBackReport
}

export const reportHistory = (
  { generations, putBack }: History = { generations: [], putBack: undefined },
  certificate: Pick<Certificate, 'serialNumber'> | undefined,
): HistoryReport => {
  const published = certificate?.serialNumber
  return {
    generations: generations.map(({ number, serialNumber, profile, keptAt }) => ({
      ...{ number, serialNumber, profile, keptAt },
      isPublished: serialNumber === published,
    })),
    ...(putBack && putBack.serialNumber === published ? { putBack: shown(putBack) } : {}),
  }
}

const shown = ({ generation, reason, at }: PutBackReport): PutBackReport => ({
  generation,
  reason,
  at,
})

/** Its line in status; `until` tells how far away an instant is. */
export const putBackLine = (
  name: string,
  { generation, reason, at }: PutBackReport,
  until: (instant: Date | undefined) => string,
): string =>
  `put back: ${name}: generation ${generation}, ${until(at).replace(/^-/, '')} ago, for its files were ${PAST[reason] ?? reason}`

const PAST: Readonly<Record<string, string>> = {
  'key-mismatch': 'of two different keys',
}
