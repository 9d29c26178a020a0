import javax.imageio.ImageIO

String log = new File(basedir, "build.log").text
File pictures = new File(basedir, "target/sdtune/pictures")

String parameters(File png) {
    def reader = ImageIO.getImageReadersByFormatName("png").next()
    reader.input = ImageIO.createImageInputStream(png)
    def root = reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0")
    def latin = root.getElementsByTagName("tEXtEntry").item(0)
    return latin != null ? latin.getAttribute("value") : root.getElementsByTagName("iTXtEntry").item(0).getAttribute("text")
}

["0000-5.png", "0001-6.png", "0002-7.png", "0003-8.png", "contact-sheet.png", "pictures.jsonl"].each {
    assert new File(pictures, it).size() > 0 : it
}
assert ImageIO.read(new File(pictures, "0000-5.png")).width == 32
String first = parameters(new File(pictures, "0000-5.png"))
assert first.startsWith("a blue circle <lora:lora:0.5>\nNegative prompt: blurry\nSteps: 3, Sampler: Euler a, CFG scale: 7.5, Seed: 5, Size: 32x32, Model hash: ")
assert first.contains('Model: "io.github.sdtune.it:tiny-base:1.0", Lora hashes: "lora: ')
assert parameters(new File(pictures, "0003-8.png")).startsWith("a red square, 狐 <lora:lora:0.5>\n")

// The second run: one prompt, twice.
assert parameters(new File(pictures, "0000-7.png")).contains("one <lora:lora:0.5>")
assert parameters(new File(pictures, "0000-7.png")).contains("Sampler: DDIM")
assert new File(pictures, "pictures.jsonl").readLines().size() == 2

assert log.contains("drawing 4 pictures of 32x32 in 3 steps of Euler a")
assert log.contains("<generate><width>: found 33, expected a positive multiple of 8")
assert !log.contains("\tat ")
return true
