/**
 * Models from the Hugging Face hub, by its HTTP API, in the cache that {@code huggingface_hub}
 * keeps; what one of the two has downloaded the other uses.
 */
package io.github.sdtune.maven.artifact.hub;
