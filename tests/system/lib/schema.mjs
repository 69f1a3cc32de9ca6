// As much of JSON Schema 2020-12 as schema/wire uses; a keyword that it does not know is an error, not a pass.
const KNOWN = new Set(['$ref', 'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', 'description', 'minimum', 'maximum', 'minLength', 'maxLength', 'maxItems', 'format']);
const isType = { object: (v) => v !== null && typeof v === 'object' && !Array.isArray(v), array: Array.isArray, string: (v) => typeof v === 'string', boolean: (v) => typeof v === 'boolean', null: (v) => v === null,
  integer: Number.isSafeInteger, number: Number.isFinite };

/** What is wrong with `value`, as sentences with its path; empty: nothing. */
export function faults(root, schema, value, path = '$') {
  for (const keyword of Object.keys(schema)) if (!KNOWN.has(keyword)) throw new Error(`the validator does not know "${keyword}"`);
  if (schema.$ref) return faults(root, root.$defs[schema.$ref.replace('#/$defs/', '')], value, path);
  if (schema.anyOf) {
    const of = isType.object(value) && schema.anyOf.find((option) => root.$defs[option.$ref?.replace('#/$defs/', '')]?.properties?.type?.const === value.type);
    if (of) return faults(root, of, value, `${path}<${value.type}>`);
    return schema.anyOf.some((option) => faults(root, option, value, path).length === 0) ? [] : [`${path}: ${JSON.stringify(value)?.slice(0, 80)} is none of those allowed`];
  }
  if (schema.const !== undefined && value !== schema.const) return [`${path}: not ${schema.const}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: ${JSON.stringify(value)} is not one of ${schema.enum.join(', ')}`];
  if (schema.type && ![schema.type].flat().some((type) => isType[type](value))) return [`${path}: ${JSON.stringify(value)?.slice(0, 80)} is no ${schema.type}`];
  if (value < schema.minimum || value > schema.maximum || value?.length < schema.minLength || value?.length > (schema.maxLength ?? schema.maxItems)) return [`${path}: out of bounds`];
  if (Array.isArray(value)) return schema.items ? value.flatMap((item, i) => faults(root, schema.items, item, `${path}[${i}]`)) : [];
  return isType.object(value) && schema.properties ? objectFaults(root, schema, value, path) : [];
}

function objectFaults(root, schema, value, path) {
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
  return missing.concat(Object.entries(value).flatMap(([key, inner]) => {
    if (schema.properties[key]) return faults(root, schema.properties[key], inner, `${path}.${key}`);
    return schema.additionalProperties === false ? [`${path}.${key} is not in the schema`] : [];
  }));
}
