const CONTROL = /[\u0000-\u001f\u007f]/
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/
const AUTHORITY =
  /^(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?(?:\[[0-9a-fA-F:.%]+\]|[^\s/\\^`{|}:[\]@]*)(?::\d*)?$/
/** What a path may not hold as it is. */
const UNSAFE = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]/gu

/** As `url.ParseRequestURI` of Go reads it and `String` writes it; undefined if it is no URI to Go. */
export const readRequestUri = (text: string): string | undefined => {
  if (text === '' || CONTROL.test(text)) return undefined
  if (text === '*') return text
  const scheme = SCHEME.exec(text)?.[1]
  const prefix = scheme === undefined ? '' : `${scheme.toLowerCase()}:`
  const rest = scheme === undefined ? text : text.slice(scheme.length + 1)
  const at = rest.indexOf('?')
  const path = at === -1 ? rest : rest.slice(0, at)
  const query = at === -1 ? '' : rest.slice(at)
  if (!rest.startsWith('/')) return scheme === undefined ? undefined : prefix + path + query
  const [, authority, local = ''] =
    scheme !== undefined && path.startsWith('//') ? (/^\/\/([^/]*)(.*)$/s.exec(path) ?? []) : []
  if (authority !== undefined && !AUTHORITY.test(authority)) return undefined
  const written = authority === undefined ? path : local
  if (BAD_ESCAPE.test(written)) return undefined
  const host = authority === undefined ? '' : `//${authority}`
  return prefix + host + written.replace(UNSAFE, encodeURIComponent) + query
}
