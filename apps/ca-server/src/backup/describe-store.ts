import { logStateOf, type Reading } from '../authority/index.ts'

/** What names a store and the moment that its records show. */
export interface StoreDescription {
  readonly id: string
  readonly epoch: number
  readonly enrolmentPin: string
  readonly log: { readonly size: number; readonly root: string }
}

export const describeStore = async (reading: Reading): Promise<StoreDescription> => {
  const issuers = await reading.listIssuers()
  return {
    id: (await reading.findMeta('store-id')) ?? '',
    epoch: Number((await reading.findMeta('epoch')) ?? '0'),
    enrolmentPin: issuers.findLast(({ purpose }) => purpose === 'enrolment')?.pin ?? '',
    log: await logStateOf(reading),
  }
}
