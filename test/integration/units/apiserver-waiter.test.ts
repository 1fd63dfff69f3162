import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  forgeCa,
  forgeCertificate,
  type Forged,
  forgeServer,
} from '../../support/join/forge-certificate.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { execStart } from '../../support/units/read-unit.ts'
import { fileOf, sampleStack } from '../../support/units/sample-stacks.ts'

const pemOfKey = ({ key }: Forged): string => key.exportPem().reveal()

describeWith('curl', 'the waiter for kube-apiserver, asking by the curl of this machine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'easycerts-waiter-'))
  const place = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  let server: Server
  const asked: string[] = []
  let answers: number[] = []
  let files: Readonly<Record<string, string>> = {}

  beforeAll(async () => {
    const ca = await forgeCa('server-ca')
    const stranger = await forgeCa('another-ca')
    const serving = await forgeServer(ca)
    const client = await forgeCertificate({
      commonName: 'apiserver-kubelet-client',
      issuer: ca,
      purposes: ['clientAuth'],
    })
    files = {
      '--cacert': place('ca.crt', ca.pem),
      '--cert': place('client.crt', client.pem),
      '--key': place('client.key', pemOfKey(client)),
      stranger: place('stranger.crt', stranger.pem),
    }
    const tls = {
      key: pemOfKey(serving),
      cert: serving.pem,
      ca: ca.pem,
      requestCert: true,
      rejectUnauthorized: false,
    }
    server = createServer(tls, (request, response) => {
      asked.push(request.url ?? '')
      const isKnown = request.socket instanceof TLSSocket && request.socket.authorized
      response.writeHead(isKnown ? (answers.shift() ?? 200) : 401).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  beforeEach(() => void asked.splice(0))
  afterAll(() => {
    server.close()
    rmSync(directory, { recursive: true })
  })

  /** The words of the unit, with files that are here, and without its pauses. */
  const ask = (changes: Readonly<Record<string, string>> = {}): Promise<number> => {
    const unit = fileOf(sampleStack('master', '1.36'), 'kube-apiserver-online.service')
    const port = (server.address() as AddressInfo).port
    const here: Readonly<Record<string, string>> = {
      ...files,
      '--retry': '2',
      '--retry-delay': '0',
      ...changes,
    }
    const words = execStart(unit).map(
      (word, index, all) => here[all[index - 1] ?? ''] ?? word.replace(':6443/', `:${port}/`),
    )
    return new Promise((resolve) => {
      execFile(words[0]!, words.slice(1), (error) =>
        resolve(error === null ? 0 : Number(error.code)),
      )
    })
  }

  test('is content once it is ready, whatever it said before', async () => {
    answers = [503, 500]
    expect(await ask({ '--retry-delay': '1' })).toBe(0)
    expect(asked).toEqual(['/readyz', '/readyz', '/readyz'])
  })

  test('is not content with one that knows nobody', async () => {
    expect(await ask({ '--cert': '/dev/null', '--key': '/dev/null', '--retry': '0' })).not.toBe(0)
    answers = [401]
    expect(await ask({ '--retry': '0' })).not.toBe(0)
  })

  test('believes no server of another CA', async () => {
    expect(await ask({ '--cacert': files['stranger']!, '--retry': '0' })).not.toBe(0)
    expect(asked).toEqual([])
  })
})
