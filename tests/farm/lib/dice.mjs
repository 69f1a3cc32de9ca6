/** A number between the two, any as likely as any other. */
export const within = ([least, most]) => least + Math.random() * (most - least);

export const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/** One of a list of {weight, …}, the heavier the likelier. */
export function weighted(list) {
  let at = Math.random() * list.reduce((sum, { weight }) => sum + weight, 0);
  return list.find(({ weight }) => (at -= weight) < 0) ?? list.at(-1);
}
