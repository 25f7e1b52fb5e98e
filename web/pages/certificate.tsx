export default function Page() { return <h1>certificate</h1>; }
