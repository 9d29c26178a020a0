/** The safetensors format, as bytes: no tensor is computed with here. */
package io.github.sdtune.safetensors;
