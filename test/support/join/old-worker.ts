import { chmodSync, chownSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CaServerProcess, startCaServer } from '../ca-server-process.ts'
import { AUTH_KEY, type CfsslCa, startCfssl } from '../cfssl/start-cfssl.ts'
import { fingerprintOf } from '../file-tree.ts'
import {
  easyCertsNode,
  type EasyCertsNode,
  NODE_FILES,
  SECRETS,
  TOKEN_FILE,
} from './easycerts-node.ts'

/** The files of its certificates, without their endings. */
export const NAMES = Object.keys(NODE_FILES)
const isRoot = process.geteuid?.() === 0
/** Of a user that only this machine knows. */
export const KEY_OWNER = isRoot ? 61_234 : (process.geteuid?.() ?? 0)

/** A worker whose four certificates cfssl has issued, with keys of a user of the old cluster. */
export const oldWorker = async (ca: CfsslCa, root?: string): Promise<EasyCertsNode> => {
  const { port, stop } = await startCfssl(ca, { isTls: true })
  const node = easyCertsNode(`https://localhost:${port}`, undefined, root)
  node.write(`${SECRETS}/ca.pem`, ca.certificate.trimEnd())
  node.write(TOKEN_FILE, AUTH_KEY, 0o600)
  for (const name of NAMES) {
    const { unit } = NODE_FILES[name as keyof typeof NODE_FILES]
    const spec = JSON.parse(node.read(`/nix/store/0123-certmgr.d/${name}.json`)) as object
    const action = `systemctl restart ${unit}.service`
    node.write(`/nix/store/0123-certmgr.d/${name}.json`, JSON.stringify({ ...spec, action }))
  }
  await node.onCertmgr()
  await stop()
  for (const program of [process.execPath, '/usr/local/bin/certmgr']) node.write(program, '', 0o755)
  for (const name of NAMES) {
    const key = node.at(`${SECRETS}/${name}-key.pem`)
    if (isRoot) chownSync(key, KEY_OWNER, KEY_OWNER)
  }
  return node
}

/** Our CA, which has taken over that of cfssl. */
export const importedCa = async ({ folder }: CfsslCa): Promise<CaServerProcess> => {
  const [certificate, key] = ['ca.pem', 'ca-key.pem'].map((name) => join(folder, name))
  chmodSync(key ?? '', 0o600)
  return await startCaServer({
    initArgs: ['--import-issuer', `cluster=${certificate},${key}`],
  })
}

export const ticketFor = async (
  { ca }: CaServerProcess,
  node: string,
  ...more: readonly string[]
): Promise<string> => {
  const { stdout } = await ca(['ticket', 'create', '--node', node, '--role', 'worker', ...more])
  return (JSON.parse(stdout) as { ticket: string }).ticket
}

/** Everything that is not to change about them. */
export const pairsOf = ({ at, read }: Pick<EasyCertsNode, 'at' | 'read'>): object =>
  Object.fromEntries(
    NAMES.flatMap((name) => [`${name}.pem`, `${name}-key.pem`]).map((file) => {
      const { mode, uid, gid, mtimeMs } = statSync(at(`${SECRETS}/${file}`))
      return [file, { text: read(`${SECRETS}/${file}`), mode, uid, gid, mtimeMs }]
    }),
  )

/** Without what certmgr keeps for itself, and locks. */
export const treeOf = ({ root }: Pick<EasyCertsNode, 'root'>): string[] =>
  fingerprintOf(root).filter((line) => !/^(var\/lib\/easycerts|\.)/.test(line))
