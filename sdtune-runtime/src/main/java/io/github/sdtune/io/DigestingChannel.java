package io.github.sdtune.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Digests what passes through it, so that a file can be compared with what was written. */
final class DigestingChannel implements WritableByteChannel {
  private final WritableByteChannel channel;
  private final MessageDigest digest = Sha256.digest();

  DigestingChannel(WritableByteChannel channel) {
    this.channel = channel;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    ByteBuffer written = bytes.duplicate();
    int count = channel.write(bytes);
    digest.update(written.limit(written.position() + count));
    return count;
  }

  /** SHA-256 of all that was written, as lower-case hexadecimal. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
