package io.github.sdtune.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {
  private static final List<Integer> MANY = IntStream.range(0, 200).boxed().toList();

  @Test
  void handsOutInOrderWhatOtherThreadsRead() {
    List<Integer> found = new ArrayList<>();
    Thread here = Thread.currentThread();
    try (ReadAhead<Integer, Integer> reading =
        new ReadAhead<>(
            MANY,
            i -> 1,
            i -> {
              assertThat(Thread.currentThread()).isNotSameAs(here);
              if (i % 2 == 0) {
                LockSupport.parkNanos(1000);
              }
              return i;
            },
            1000)) {
      MANY.forEach(i -> found.add(reading.next()));
    }
    assertThat(found).isEqualTo(MANY);
  }

  @Test
  void readsOnWhileOneIsUsedButNoFurtherThanItsDepth() throws InterruptedException {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch ahead = new CountDownLatch(ReadAhead.DEPTH);
    try (ReadAhead<Integer, Integer> reading =
        new ReadAhead<>(
            MANY,
            i -> 1,
            i -> {
              begun.incrementAndGet();
              ahead.countDown();
              return i;
            },
            1000)) {
      assertThat(reading.next()).isZero();
      ahead.await(); // all of them are read, though only one was taken
      assertThat(begun).hasValue(ReadAhead.DEPTH);
    }
  }

  @Test
  void neverReadsMoreAtATimeThanItMay() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ReadAhead<Integer, Integer> reading =
        new ReadAhead<>(
            MANY,
            i -> i % 7 == 0 ? 5000 : 600, // of 1000: the heavy ones alone, and no two of the others
            i -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              LockSupport.parkNanos(1000);
              now.decrementAndGet();
              return i;
            },
            1000)) {
      MANY.forEach(i -> assertThat(reading.next()).isEqualTo(i));
    }
    assertThat(most).hasValue(1);
  }

  @Test
  void whatCannotBeReadIsSaidWhenItsTurnComes() {
    try (ReadAhead<Integer, Integer> reading =
        new ReadAhead<>(
            MANY,
            i -> 1,
            i -> {
              if (i == 3) {
                throw new IllegalArgumentException("three");
              }
              return i;
            },
            1000)) {
      IntStream.range(0, 3).forEach(i -> assertThat(reading.next()).isEqualTo(i));
      assertThatThrownBy(reading::next).hasMessage("three");
      assertThat(reading.next()).isEqualTo(4);
    }
  }
}
