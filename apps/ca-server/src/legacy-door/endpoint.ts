import type { CfsslResult } from '@easycerts/cfssl/protocol'
import type { LegacyCall } from './legacy-call.ts'
import type { LegacyDesk } from './legacy-desk.ts'
import type { LegacySwitch } from '@easycerts/shared/issuance'

/** One endpoint of cfssl. Its work throws CfsslFailure with the very words of cfssl. */
export interface Endpoint {
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** Off unless it is on; undefined: safe for everybody, or guarded by the auth key itself. */
  readonly opensWith?: LegacySwitch
  readonly answer: (desk: LegacyDesk, call: LegacyCall) => Promise<CfsslResult>
}
