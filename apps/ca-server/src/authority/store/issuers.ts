import type { PublicKeyPin } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'

export interface IssuerRow {
  readonly id: string
  readonly purpose: IssuerPurpose
  readonly certificate: Buffer
  readonly pin: PublicKeyPin
}

export interface IssuerReading {
  listIssuers(): Promise<IssuerRow[]>
}

export interface IssuerWriting {
  addIssuer(row: IssuerRow): Promise<void>
}
