package io.github.sdtune.generate;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An embedding to draw with.
 *
 * @param path a file
 * @param token what prompts say for it; absent: as the file says, or else its name
 */
public record EmbeddingChoice(Path path, Optional<String> token) {}
