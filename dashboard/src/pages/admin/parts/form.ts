// One form's act: runs once at a time, and its refusal stays beside it until it is tried again.

import { ref, shallowRef } from 'vue';
import { Refusal } from '@/feed/refusal';
import { say } from '@/ui/notice';

export function useForm() {
  const busy = ref(false);
  const refusal = shallowRef<Refusal | null>(null);
  async function run(action: () => Promise<unknown>, done?: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    refusal.value = null;
    try {
      await action();
      if (done) say(done);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, refusal, run };
}
