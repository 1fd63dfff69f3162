/** How the old certmgr reached services; 'dummy' does nothing. */
export const LEGACY_SERVICE_MANAGERS = [
  'systemd',
  'sysv',
  'circus',
  'openrc',
  'dummy',
  'command',
] as const

export type LegacyServiceManager = (typeof LEGACY_SERVICE_MANAGERS)[number]

/** What follows a change of files. */
export type LegacyAction =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'service'
      readonly manager: Exclude<LegacyServiceManager, 'dummy' | 'command'>
      readonly verb: 'restart' | 'reload'
      readonly service: string
      /** A service that was stopped on purpose is not started. */
      readonly onlyIfRunning: boolean
    }
  /** For a shell, with CERTMGR_CA_PATH, CERTMGR_CERT_PATH and CERTMGR_KEY_PATH. */
  | { readonly kind: 'command'; readonly script: string }

/** The fields of a spec that an action is made of; empty stands for absent. */
export interface WrittenAction {
  readonly svcmgr: LegacyServiceManager
  readonly action: string
  readonly service: string
  readonly onlyIfRunning: boolean
}

/** A fault, and the field of the spec that it is in. */
export interface ActionFault {
  readonly field: 'action' | 'service'
  readonly fault: string
}

const SERVICE = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,254}$/

/** The action, or why there is none. */
export const buildLegacyAction = (written: WrittenAction): LegacyAction | ActionFault => {
  const { svcmgr, action, service, onlyIfRunning } = written
  if (svcmgr === 'dummy') return { kind: 'none' }
  if (svcmgr === 'command') return commandOf(written)
  if (action === 'nop' || (action === '' && service === '')) return { kind: 'none' }
  if (action !== 'restart' && action !== 'reload')
    return { field: 'action', fault: `is not restart or reload, as svcmgr ${svcmgr} wants` }
  if (!SERVICE.test(service))
    return {
      field: 'service',
      fault: service === '' ? 'is missing' : 'is not the name of a service',
    }
  return { kind: 'service', manager: svcmgr, verb: action, service, onlyIfRunning }
}

const commandOf = ({ action, service }: WrittenAction): LegacyAction | ActionFault => {
  if (service !== '') return { field: 'service', fault: 'has no meaning with svcmgr command' }
  if (/\0/.test(action)) return { field: 'action', fault: 'has a zero octet' }
  return action === '' || action === 'nop' ? { kind: 'none' } : { kind: 'command', script: action }
}
