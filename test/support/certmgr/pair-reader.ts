import { Worker } from 'node:worker_threads'

/** What somebody has seen who read certificate and key again and again. */
export interface Seen {
  readonly reads: number
  /** Times that a file was not there. */
  readonly missing: number
  /** Times that the two did not belong together. */
  readonly mixed: number
  /** Different certificates. */
  readonly certificates: number
  readonly keys: number
}

/** How the reader finds the two: by their paths, or in the directory that the link names now. */
export type Way = 'paths' | 'directory'

const READER = `
import { readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
const { certificate, key, way, stop } = workerData
const flag = new Int32Array(stop)
const seen = { reads: 0, missing: 0, mixed: 0 }
const pairs = new Map(), certificates = new Set(), keys = new Set()
const matches = (pem, own) => {
  const id = pem + own
  if (!pairs.has(id)) {
    const shown = new X509Certificate(pem).publicKey
    pairs.set(id, createPublicKey(createPrivateKey(own)).equals(shown))
  }
  return pairs.get(id)
}
parentPort.postMessage('ready')
while (Atomics.load(flag, 0) === 0) {
  try {
    const at = way === 'directory' ? dirname(realpathSync(certificate)) : undefined
    const [pem, own] = [certificate, key].map((path) =>
      readFileSync(at ? join(at, basename(path)) : path, 'utf8'))
    seen.reads++
    certificates.add(pem)
    keys.add(own)
    if (!matches(pem, own)) seen.mixed++
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    seen.missing++
  }
}
parentPort.postMessage({ ...seen, certificates: certificates.size, keys: keys.size })
`

/** Reads in a tight loop, in a thread of its own, while the work goes on. */
export const readDuring = async (
  paths: { readonly certificate: string; readonly key: string; readonly way?: Way },
  work: () => Promise<void>,
): Promise<Seen> => {
  const stop = new SharedArrayBuffer(4)
  const url = new URL(`data:text/javascript,${encodeURIComponent(READER)}`)
  const worker = new Worker(url, { workerData: { way: 'paths', ...paths, stop } })
  const failed = new Promise<never>((_, reject) => void worker.once('error', reject))
  const message = <Value>(): Promise<Value> =>
    Promise.race([new Promise<Value>((resolve) => void worker.once('message', resolve)), failed])
  await message()
  try {
    await work()
  } finally {
    Atomics.store(new Int32Array(stop), 0, 1)
  }
  const seen = await message<Seen>()
  await worker.terminate()
  return seen
}
