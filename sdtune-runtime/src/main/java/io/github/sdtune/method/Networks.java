package io.github.sdtune.method;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.model.AutoencoderKL;
import io.github.sdtune.model.Model;
import io.github.sdtune.model.TextEncoders;
import io.github.sdtune.model.UNet2DConditionModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The networks of a base model, each loaded when it is first asked for. */
public interface Networks {
  /** The diffusers folder they come from. */
  Path folder();

  UNet2DConditionModel unet();

  AutoencoderKL vae();

  TextEncoders textEncoders();

  /** The parts that there are: SD1.x and SD2.x have one text encoder. */
  default List<Part> parts() {
    return Stream.of(Part.values())
        .filter(part -> Files.isDirectory(folder().resolve(part.folder())))
        .toList();
  }

  /**
   * A part's network.
   *
   * @throws IllegalArgumentException if there is no such part
   */
  default Model part(Part part) {
    return switch (part) {
      case UNET -> unet();
      case VAE -> vae();
      case TEXT_ENCODER, TEXT_ENCODER_2 -> text(textEncoders().models(), part);
    };
  }

  private static Model text(Map<String, ? extends Model> models, Part part) {
    Model model = models.get(part.folder());
    if (model == null) {
      throw new IllegalArgumentException("there is no " + part.folder());
    }
    return model;
  }
}
