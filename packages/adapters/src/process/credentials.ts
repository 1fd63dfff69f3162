import { readTextFile } from '../files/index.ts'

/** Who a process is to the kernel where it asks whether another may look at it. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  /** Permitted ones, as the bits of /proc/PID/status in hexadecimal. */
  readonly capabilities: string
}

/** Of this process. */
export const credentialsHere = (): Credentials => {
  const { uid, gid, permitted } = ownStatus()
  return { uid, gid, capabilities: permitted }
}

/**
 * Whether this process would find one with these credentials in /proc although others are hidden
 * there (hidepid, ProtectProc=): same user and group, and no capability that this one has not
 * (ptrace(2), "Ptrace access mode checking").
 */
export const wouldBeSeen = (other: Credentials | undefined): boolean => {
  if (other === undefined) return false
  const { uid, gid, effective } = ownStatus()
  const missing = bitsOf(other.capabilities) & ~bitsOf(effective)
  return other.uid === uid && other.gid === gid && missing === 0n
}

export const isCredentials = (value: unknown): value is Credentials => {
  if (typeof value !== 'object' || value === null) return false
  const { uid, gid, capabilities } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(uid) &&
    Number.isSafeInteger(gid) &&
    typeof capabilities === 'string' &&
    /^[0-9a-f]{1,16}$/.test(capabilities)
  )
}

const bitsOf = (hexadecimal: string): bigint => BigInt(`0x${hexadecimal}`)

const ownStatus = () => {
  const text = readTextFile('/proc/self/status')
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(text)?.[1] ?? '0'
  // Real, effective, saved, of the file system.
  const effectiveId = (name: string): number => Number(field(name).split(/\s+/)[1])
  return {
    uid: effectiveId('Uid'),
    gid: effectiveId('Gid'),
    permitted: field('CapPrm'),
    effective: field('CapEff'),
  }
}
