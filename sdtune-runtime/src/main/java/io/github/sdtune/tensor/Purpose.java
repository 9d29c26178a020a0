package io.github.sdtune.tensor;

/** What a random number is for. The ids are part of every stored result: never change one. */
public enum Purpose {
  TIMESTEP(1),
  NOISE(2),
  NOISE_OFFSET(3),
  LATENT(4),
  ORDER(5),
  ADAPTER_INIT(6),
  DROPOUT(7),
  VALIDATION_NOISE(8),
  CLASSIFICATION_NOISE(9),
  SAMPLE_NOISE(10),
  BOOTSTRAP(11),
  CAPTION_DROPOUT(12),
  RANK_DROPOUT(20),
  MODULE_DROPOUT(21),
  CAPTION_TEMPLATE(28),
  CLASS_ORDER(30),
  NOISE_OFFSET_STRENGTH(34),
  PYRAMID_LEVELS(35),
  PYRAMID_NOISE(36),
  INPUT_PERTURBATION(37),
  INPUT_PERTURBATION_STRENGTH(38),
  MIRROR(39),
  CROP(40),
  CROP_PLACE(41),
  TAG_ORDER(42),
  TAG_DROPOUT(43),
  CAPTION_CHOICE(44),
  TRIAL_GRID(55),
  TRIAL_RANGE(56);

  private final int id;

  Purpose(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }
}
