import type { Logger } from 'pino'
import type { Authority } from '../authority/index.ts'
import type { CaServerConfig, LegacyConfig } from '../config/index.ts'
import { type LegacyDoor, type LegacyDoorWish, startLegacyDoor } from '../http/index.ts'
import type { LegacyDesk } from '../legacy-door/index.ts'
import type { MaintenanceTask } from '../maintenance/index.ts'
import { type DoorCertificate, doorCertificateOf } from '../serving/index.ts'

/** The cfssl API of a running server, open or shut. */
export interface DoorKeeper {
  /** Undefined while it is shut. */
  readonly standing: () => { readonly address: string; readonly port: number } | undefined
  /** ERR_USAGE for a port that cannot be had; it is tried again until it can, or the door is shut. */
  readonly open: () => Promise<void>
  readonly shut: () => Promise<void>
  /** Renew the door's certificate before it ends, and open a door that could not be opened. */
  readonly tasks: readonly MaintenanceTask[]
}

export interface Keeping extends Pick<LegacyDoorWish, 'limits' | 'observer'> {
  readonly authority: Authority
  readonly config: Pick<CaServerConfig, 'legacy' | 'listen'>
  readonly desk: LegacyDesk
  readonly log: Logger
  /** For Fastify, whose own notes on every start are not news. */
  readonly quietLog: Logger
}

/** A door that is shut until it is opened. */
export const keepLegacyDoor = (keeping: Keeping): DoorKeeper => {
  const { legacy, listen } = keeping.config
  const where = { address: legacy.address ?? listen.address, port: legacy.port }
  let door: LegacyDoor | undefined
  let certificate: DoorCertificate | undefined
  let isWanted = false
  const open = async (): Promise<void> => {
    isWanted = true
    if (door) return
    certificate ??= await certificateOf(keeping)
    door = await startLegacyDoor({
      ...{ ...keeping, listen: where, clients: legacy, log: keeping.quietLog },
      credentials: certificate?.credentials,
    })
    tellOfOpen(keeping, where)
  }
  return {
    standing: () => (door ? where : undefined),
    open,
    shut: async () => {
      isWanted = false
      await door?.close()
      door = undefined
    },
    tasks: [
      // Whoever has the port now may be gone in a minute; the CA itself waits for nobody.
      { name: 'legacy-door', dueAt: () => (isWanted && !door ? ALWAYS : NEVER), run: open },
      {
        name: 'legacy-certificate',
        dueAt: () => certificate?.dueAt ?? NEVER,
        deadline: () => certificate?.notAfter ?? NEVER,
        run: async () => {
          certificate = await certificateOf(keeping)
          if (certificate) door?.setCredentials(certificate.credentials)
        },
      },
    ],
  }
}

const ALWAYS = new Date(0)
// The last day of X.509.
const NEVER = new Date('9999-12-31T23:59:59Z')

const certificateOf = async ({
  authority,
  config: { legacy },
  log,
}: Keeping): Promise<DoorCertificate | undefined> => {
  if (legacy.tls === 'none') return undefined
  return doorCertificateOf(authority, legacy.tls, (reason) =>
    log.warn({ reason }, 'the door of cfssl shows a certificate of the cluster’s issuer'),
  )
}

const tellOfOpen = (
  { log, config: { legacy } }: Keeping,
  where: { readonly address: string; readonly port: number },
): void => {
  log.info({ ...where, tls: describeTls(legacy.tls) }, 'cfssl’s API is open')
  if (legacy.open.length > 0)
    log.warn({ open: legacy.open }, 'these switches make holes of cfssl’s: see docs/cfssl.md')
}

const describeTls = (tls: LegacyConfig['tls']): string => (typeof tls === 'string' ? tls : 'files')
