import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Node has no datagrams on Unix sockets: a few lines of Perl stand for systemd's end. */
const LISTEN = `
use Socket; $| = 1;
socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un($ARGV[0])) or die $!;
print "bound\\n";
while (1) { recv(S, $m, 4096, 0); $m =~ tr/\\n/;/; print "$m\\n"; }
`

export interface NotifySocket {
  readonly path: string
  /** What arrived, one message a line, its assignments joined by ';'. */
  readonly messages: () => string[]
  readonly close: () => void
}

/** A real socket of sd_notify(3). Needs perl. */
export const openNotifySocket = async (): Promise<NotifySocket> => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'))
  const path = join(folder, 'socket')
  const child: ChildProcess = spawn('perl', ['-e', LISTEN, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  if (child.stdout) await once(child.stdout, 'data')
  return {
    path,
    messages: () => text.split('\n').filter((line) => line !== '' && line !== 'bound'),
    close: () => {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
