String log = new File(basedir, "build.log").text
File target = new File(basedir, "target")

["unet", "vae"].each {
    String file = it + "/diffusion_pytorch_model.safetensors"
    assert new File(target, "back/" + file).size() > 0.9 * new File(basedir, "base/" + file).size() : it
}
assert new File(target, "back/text_encoder/model.safetensors").exists()
assert new File(target, "back/tokenizer/vocab.json").text == new File(basedir, "base/tokenizer/vocab.json").text
assert new File(target, "peft/unet/adapter_model.safetensors").exists()
String unet = "unet/diffusion_pytorch_model.safetensors"
assert new File(target, "merged/" + unet).size() < 0.6 * new File(basedir, "base/" + unet).size()

assert log.contains("converting the model")
assert log.contains("sdtune.from: there is no ")
assert log.contains("sdtune.to: ") && log.contains("is there already")
assert log.contains("sdtune.format: found gguf, expected one of diffusers, single-file, kohya, peft")
assert !log.contains("\tat ")
return true
