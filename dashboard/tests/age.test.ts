import { describe, expect, it } from 'vitest';
import { freshness, pictureAgeMs, ServerClock } from '@/feed/age';

describe('freshness', () => {
  it('dims at 5 s and hatches at 15 s', () => {
    expect([0, 4999, 5000, 14_999, 15_000].map(freshness)).toEqual(['fresh', 'fresh', 'dim', 'dim', 'hatch']);
  });
});

describe('the age of a picture', () => {
  it('never is young when the clock was set back after it was taken', () => {
    const ages = [0, 200, 3000, -400, -2000, -3_600_000].map((ms) => pictureAgeMs(1_000_000_000, (1_000_000_000 - ms) * 1000));
    expect(ages).toEqual([0, 200, 3000, 0, 2000, 3_600_000]);
  });
});

describe('the server clock', () => {
  it('runs on the monotonic clock from the least late stamp', () => {
    let mono = 1000;
    const clock = new ServerClock(() => mono);
    clock.hear(50_000_000); // 400 ms late on its way
    mono = 1600;
    clock.hear(51_000_000); // at once
    mono = 2600;
    expect(clock.nowMs()).toBe(52_000);
  });

  it('counts a slow way into the age', () => {
    let mono = 0;
    const clock = new ServerClock(() => mono);
    clock.hear(10_000_000);
    mono = 6000;
    clock.hear(11_000_000); // said at second 11, came at 16
    expect(clock.ageMs()).toBe(5000);
    expect(freshness(clock.ageMs())).toBe('dim');
  });

  it('follows a step of the server clock', () => {
    let mono = 0;
    const clock = new ServerClock(() => mono);
    clock.hear(100_000_000);
    mono = 1000;
    clock.hear(3_000_000_000);
    expect(clock.nowMs()).toBe(3_000_000);
  });

  it('has no age before a first word', () => {
    expect(new ServerClock(() => 0).ageMs()).toBe(Infinity);
  });
});
