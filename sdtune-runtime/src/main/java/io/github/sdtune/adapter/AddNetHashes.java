package io.github.sdtune.adapter;

import io.github.sdtune.safetensors.SafetensorsWriter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Digests by which A1111 and kohya's scripts know an adapter.
 *
 * @param model sha256 of what follows the header
 * @param legacy the first 8 digits of the sha256 of bytes 0x100000 to 0x110000
 * @param tensors sha256 of the tensors' bytes in the order of their names
 */
record AddNetHashes(String model, String legacy, String tensors) {
  private static final long LEGACY_BEGIN = 0x100000;
  private static final long LEGACY_END = 0x110000;

  static AddNetHashes of(List<SafetensorsWriter.Tensor> tensors, Map<String, String> metadata) {
    MessageDigest model = sha256();
    MessageDigest legacy = sha256();
    byte[] header = SafetensorsWriter.header(tensors, metadata);
    long at = Long.BYTES;
    at += legacy(legacy, ByteBuffer.wrap(header), at);
    for (SafetensorsWriter.Tensor tensor : tensors) {
      model.update(tensor.data().get());
      at += legacy(legacy, tensor.data().get(), at);
    }
    return new AddNetHashes(hex(model), hex(legacy).substring(0, 8), byName(tensors));
  }

  /** Takes what lies in the window, and returns how long the bytes are. */
  private static int legacy(MessageDigest digest, ByteBuffer bytes, long at) {
    int length = bytes.remaining();
    int from = (int) Math.min(length, Math.max(0, LEGACY_BEGIN - at));
    int to = (int) Math.min(length, Math.max(from, LEGACY_END - at));
    digest.update(bytes.slice(bytes.position() + from, to - from));
    return length;
  }

  private static String byName(List<SafetensorsWriter.Tensor> tensors) {
    MessageDigest digest = sha256();
    tensors.stream()
        .sorted(Comparator.comparing(SafetensorsWriter.Tensor::name))
        .forEach(tensor -> digest.update(tensor.data().get()));
    return hex(digest);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
