import { classifyHost } from '@easycerts/cfssl/subject-alt-name'
import { describe, expect, it } from 'vitest'

describe('what cfssl takes a text for', () => {
  it.each([
    ['10.0.0.1', 'ip', '10.0.0.1'],
    ['2001:DB8::1', 'ip', '2001:db8::1'],
    ['::ffff:10.0.0.1', 'ip', '10.0.0.1'],
    ['010.0.0.1', 'dns', '010.0.0.1'],
    ['10.0.0.1/24', 'dns', '10.0.0.1/24'],
    ['10.0.0', 'dns', '10.0.0'],
    ['joe@example.org', 'email', 'joe@example.org'],
    ['Joe <joe@example.org>', 'email', 'joe@example.org'],
    ['"J. Doe" <joe@example.org>', 'email', 'joe@example.org'],
    ['joe@@example.org', 'dns', 'joe@@example.org'],
    ['spiffe://td/x', 'uri', 'spiffe://td/x'],
    ['HTTPS://Host/a b', 'uri', 'https://Host/a%20b'],
    ['https://host:port/', 'dns', 'https://host:port/'],
    ['https://host/%zz', 'dns', 'https://host/%zz'],
    ['/abs/path', 'uri', '/abs/path'],
    ['system:kube-proxy', 'uri', 'system:kube-proxy'],
    ['system:node:worker-1', 'uri', 'system:node:worker-1'],
    ['example.com:8080', 'uri', 'example.com:8080'],
    ['localhost:80', 'uri', 'localhost:80'],
    ['fe80::1%eth0', 'uri', 'fe80::1%eth0'],
    [':80', 'dns', ':80'],
    ['', 'dns', ''],
    [' x', 'dns', ' x'],
    ['A_b', 'dns', 'A_b'],
    ['*.example.org', 'dns', '*.example.org'],
    ['a:b\u0000', 'dns', 'a:b\u0000'],
  ])('%j is %s %j', (text, kind, value) => {
    expect(classifyHost(text)).toEqual({ kind, value })
  })

  it('is told in no time of a text that is made to take long', () => {
    const texts = [`${'a'.repeat(300)}@`, `${'a '.repeat(150)}<`, `"${'\\a'.repeat(150)}`]
    const start = performance.now()
    for (const text of texts) classifyHost(text)
    expect(performance.now() - start).toBeLessThan(200)
  })
})
