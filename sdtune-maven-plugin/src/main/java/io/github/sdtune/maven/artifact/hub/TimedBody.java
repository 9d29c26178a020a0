package io.github.sdtune.maven.artifact.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, as it arrives; a read fails if nothing comes for too long. (The timeout
 * of {@code HttpRequest} ends with the headers.)
 */
final class TimedBody extends InputStream implements BodySubscriber<TimedBody> {
  /** What arrives: buffers, then the end, with a cause if it is not the right one. */
  private record Arrival(List<ByteBuffer> buffers, boolean end, Optional<Throwable> cause) {}

  private final Duration timeout;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private volatile Flow.Subscription subscription;
  private volatile boolean closed;
  private boolean ended;

  TimedBody(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    arrivals.add(new Arrival(item, false, Optional.empty()));
  }

  @Override
  public void onError(Throwable cause) {
    arrivals.add(new Arrival(List.of(), true, Optional.of(cause)));
  }

  @Override
  public void onComplete() {
    arrivals.add(new Arrival(List.of(), true, Optional.empty()));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (buffers.isEmpty() || !buffers.peek().hasRemaining()) {
      if (buffers.poll() == null && !receive()) {
        return -1;
      }
    }
    ByteBuffer buffer = buffers.peek();
    int n = Math.min(length, buffer.remaining());
    buffer.get(bytes, offset, n);
    return n;
  }

  /** False at the end. */
  private boolean receive() throws IOException {
    if (ended) {
      return false;
    }
    Arrival arrival;
    try {
      arrival = arrivals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
    if (arrival == null) {
      throw new HttpTimeoutException("no data for " + timeout.toSeconds() + " s");
    }
    if (arrival.cause().isPresent()) {
      throw new IOException(arrival.cause().get().getMessage(), arrival.cause().get());
    }
    ended = arrival.end();
    buffers.addAll(arrival.buffers());
    if (!ended) {
      subscription.request(1);
    }
    return !ended;
  }

  @Override
  public void close() {
    closed = true;
    Flow.Subscription s = subscription;
    if (s != null) {
      s.cancel();
    }
  }
}
