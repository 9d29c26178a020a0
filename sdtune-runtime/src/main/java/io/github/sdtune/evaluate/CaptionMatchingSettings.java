package io.github.sdtune.evaluate;

/**
 * How it is measured whether pictures are told from others by their captions.
 *
 * @param pictures held-out pictures at most
 * @param candidates captions of a picture, its own and others'; at least 2
 * @param timesteps stratified timesteps
 * @param noises noises at each timestep
 */
public record CaptionMatchingSettings(int pictures, int candidates, int timesteps, int noises) {}
