import { readFileSync } from 'node:fs'

// sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on.
const TICK = 10_000

/** CPU of a process so far, user and system, in microseconds (proc(5), fields 14 and 15). */
export const cpuOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK
}

/** Resident memory of a process in megabytes. */
export const memoryOf = (pid: number): number => megabytesOf(pid, 'VmRSS')

/** The most that it ever was. */
export const peakMemoryOf = (pid: number): number => megabytesOf(pid, 'VmHWM')

const megabytesOf = (pid: number, field: string): number => {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )
  return Number(match?.[1] ?? 0) / 1024
}

export const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export const percentileOf = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0
