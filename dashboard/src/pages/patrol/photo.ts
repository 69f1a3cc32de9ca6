// A picture from the camera, made small enough to get through a bad line: at most 1920 px and JPEG. What cannot be
// drawn here goes as it is, if the center takes its kind.

import { Refusal } from '@/feed/refusal';
import { t } from '@/i18n';
import type { Photo } from './queue';

const MOST_PX = 1920;
const MOST_BYTES = 8 * 1024 * 1024;
const refuse = (key: string) => new Refusal({ code: 'bad_photo', sentence_zh: t(`patrol.photo.${key}`), sentence_en: t(`patrol.photo.${key}`) });

export async function photoOf(file: Blob): Promise<Photo> {
  const small = await shrink(file);
  const best = small ?? file;
  if (best.type !== 'image/jpeg' && best.type !== 'image/png') throw refuse('kind');
  if (best.size > MOST_BYTES) throw refuse('large');
  return { type: best.type, bytes: await best.arrayBuffer() };
}

async function shrink(file: Blob): Promise<Blob | null> {
  if (typeof createImageBitmap === 'undefined') return null;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null; // this browser cannot read it; the center may
  }
  const scale = Math.min(1, MOST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
}
