import { mkdirSync, mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where one demonstration keeps everything, and the ports it uses. */
export interface Scratch {
  readonly directory: string
  readonly caData: string
  readonly workerRoot: string
  readonly masterRoot: string
  readonly adminKubeconfig: string
  readonly systemctlSocket: string
  readonly ports: Readonly<
    Record<'join' | 'node' | 'apiserver' | 'kubelet' | 'masterKubelet', number>
  >
}

/** A new directory, mode 0700, and five ports that are free right now. */
export const createScratch = async (): Promise<Scratch> => {
  const directory = mkdtempSync(join(tmpdir(), 'easycerts-demo-'))
  const [joinPort, node, apiserver, kubelet, masterKubelet] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const [workerRoot, masterRoot] = [join(directory, 'worker-1'), join(directory, 'master-1')]
  for (const root of [workerRoot, masterRoot]) mkdirSync(root, { mode: 0o755 })
  return {
    directory,
    caData: join(directory, 'ca'),
    workerRoot,
    masterRoot,
    adminKubeconfig: join(directory, 'admin.kubeconfig'),
    systemctlSocket: join(directory, 'systemctl.sock'),
    ports: { join: joinPort, node, apiserver, kubelet, masterKubelet },
  }
}

/** All held at once, so that they differ. */
const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address()
            resolve(typeof address === 'object' && address ? address.port : 0)
          })
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
