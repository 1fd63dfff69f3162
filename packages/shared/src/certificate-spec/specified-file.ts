import * as v from 'valibot'

/** A path that says where it leads: no '.', no '..', no line end. */
export const absolutePath = v.pipe(
  v.string(),
  // Each part has characters, is not '.' or '..', and holds no line end and no zero octet.
  v.regex(/^(\/(?!\.{1,2}(\/|$))[^/\n\r\0]+)+$/, 'is not an absolute path'),
  v.maxLength(4096),
)

export const mode = v.pipe(v.string(), v.regex(/^0[0-7]{3}$/, 'is not a file mode such as "0600"'))

export const fileEntries = {
  path: absolutePath,
  owner: v.optional(v.string(), 'root'),
  group: v.optional(v.string(), 'root'),
}
