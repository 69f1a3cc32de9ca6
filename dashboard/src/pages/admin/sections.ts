export const SECTIONS = ['cameras', 'places', 'routes', 'units', 'rules', 'users', 'sessions', 'import', 'center', 'recorders', 'tours'] as const;
export type SectionName = (typeof SECTIONS)[number];
export const isSection = (name: string): name is SectionName => (SECTIONS as readonly string[]).includes(name);
